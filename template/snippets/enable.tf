  {{ variable }} = true
